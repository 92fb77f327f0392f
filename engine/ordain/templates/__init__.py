"""Templates: finds them (ours, and a user's folder over them) and renders them in a child process."""

from ordain.templates.folders import TemplateSet, template_set
from ordain.templates.renderer import Job, Rendered, render

__all__ = ["Job", "Rendered", "TemplateSet", "render", "template_set"]
