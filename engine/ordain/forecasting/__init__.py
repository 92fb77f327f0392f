"""Forecasts of a recorded load series: what is expected, how wrong that has been before, and whether to trust it.

Pure: a series, a question and a time in, a `Forecast` out. The recorded points become peaks per slot (`slots`), the
models (`models`, `fitted`) compete in a backtest (`backtest`), and the winner's own past errors give the interval
(`answer`).
"""

from ordain.forecasting.answer import forecast

__all__ = ["forecast"]
