from .blocks import Block as Block
from .blocks import Unreadable as Unreadable
from .folder import FileReport as FileReport
from .folder import FolderReport as FolderReport
from .folder import read_folder as read_folder
from .passages import Passage as Passage
from .passages import read_passages as read_passages
from .passages import write_passages as write_passages
