from .calibration_picture import calibration_explorer as calibration_explorer
from .resampling_picture import resampling_explorer as resampling_explorer
from .span_picture import span_explorer as span_explorer
from .window_picture import windows_explorer as windows_explorer
