from .calibration_picture import calibration_explorer as calibration_explorer
from .leakage_picture import leakage_explorer as leakage_explorer
from .overlap_picture import overlap_bars as overlap_bars
from .resampling_picture import resampling_explorer as resampling_explorer
from .span_picture import span_explorer as span_explorer
from .training_picture import Checkpoint as Checkpoint
from .training_picture import training_explorer as training_explorer
from .window_picture import windows_explorer as windows_explorer
