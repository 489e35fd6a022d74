from .bundle import build_bundle as build_bundle
from .bundle import load_bundle as load_bundle
from .grading import grade as grade
from .keys import load_key as load_key
from .output import write_grading as write_grading
from .results import load_results as load_results
from .roster import read_roster as read_roster
from .widget import show as show
