"""Declarative reliability for Kubernetes: policy files in, a reviewed commit out."""

__version__ = "0.1.0"
