"""Why the operating system refused to read or write a file, in Chinese and English."""

from __future__ import annotations

import errno

from policylang.source.diagnostic import Message

_REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "所在的磁盘只能读，不能写",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出磁盘配额",
    errno.EFBIG: "文件太大",
    errno.EIO: "磁盘读写出错",
    errno.EBUSY: "正被其他程序占用",
    errno.ENAMETOOLONG: "文件名太长",
    errno.ENOENT: "没有这个文件或者文件夹",
    errno.ENOTDIR: "路径中间有一段不是文件夹",
    errno.EISDIR: "这是文件夹，不是文件",
}


def reason(fault: OSError) -> Message:
    """The reason in a few words; one that is not known here in the words of the system."""
    said = fault.strerror or str(fault)
    return Message(_REASONS.get(fault.errno or 0, said), said)
