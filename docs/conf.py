"""How the documentation is built: nitpicky, warnings are errors, no outside request."""

import sys
from pathlib import Path

from waarborg import __version__

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "Waarborg"
author = "The Waarborg developers"
copyright = "The Waarborg developers"
release = version = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "waarborg_reference",
]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = "Waarborg"
html_show_sphinx = False

nitpicky = True
# Names outside this project have no page here, and the build asks nobody for one.
nitpick_ignore_regex = [
    (r"py:.*", r"(?!waarborg\.).*"),
    (r"py:.*", r"waarborg\..*\._\w+"),
    (r"py:.*", r"waarborg\..*\.T"),  # type variables
    (r"py:.*", r"waarborg\.obligations\.stretches\.(Key|Value)"),  # type variables
]
# Two rooms may give a thing the same name; a short name in a signature then leads to one of them.
suppress_warnings = ["ref.python"]

autodoc_mock_imports = ["pyspark"]  # an extra: its absence must not change these pages
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_class_signature = "mixed"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_attr_annotations = False
napoleon_custom_sections = ["Shape", "Units", "Source"]
