"""The desk's letters: what they say, the queue they wait in, and how they leave by SMTP."""

from service_directory.desk.post.letters import Letter, Letters
from service_directory.desk.post.queue import Post

__all__ = ["Letter", "Letters", "Post"]
