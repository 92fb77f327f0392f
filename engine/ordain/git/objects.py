"""Git's names of contents, computed here: an unchanged file is known without asking Git."""

import hashlib


def blob_id(content: bytes, *, like: str) -> str:
    """Return the id of a file's content, in the object format (SHA-1 or SHA-256) of the id `like`.

    The format is that of https://git-scm.com/book/en/v2/Git-Internals-Git-Objects.
    """
    digest = hashlib.sha256() if len(like) == 64 else hashlib.sha1(usedforsecurity=False)
    digest.update(b"blob %d\0" % len(content))
    digest.update(content)
    return digest.hexdigest()
