from .formats.records import load_key as load_key
from .formats.results import load_results as load_results
from .handing_out.bundle import build_bundle as build_bundle
from .handing_out.bundle import load_bundle as load_bundle
from .marking.grade import grade as grade
from .marking.roster import read_roster as read_roster
from .pages.output import write_grading as write_grading
from .sitting.graded_widget import take_quiz as take_quiz
