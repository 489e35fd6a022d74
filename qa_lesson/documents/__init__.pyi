from .blocks import Block as Block
from .blocks import Unreadable as Unreadable
from .folder import FileReport as FileReport
from .folder import FolderReport as FolderReport
from .folder import read_folder as read_folder
from .passage_files import Passage as Passage
from .passage_files import read_passages as read_passages
from .passage_files import write_passages as write_passages
