from .answer_queue import AnswerQueue as AnswerQueue
from .application import build_app as build_app
from .lifetime import BackgroundService as BackgroundService
from .lifetime import open_socket as open_socket
from .lifetime import run_service as run_service
from .limits import RefusalError as RefusalError
from .limits import ServiceLimits as ServiceLimits
