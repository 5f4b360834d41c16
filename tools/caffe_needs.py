"""What `make caffe` needs on Debian and Ubuntu: programs, headers and libraries, and their packages."""

import shutil
import subprocess
import sys
import sysconfig

import numpy as np

from dreamstream.errors import NetError

HDF5_HEADERS = "/usr/include/hdf5/serial"
BOOST_PYTHON = f"boost_python{sys.version_info.major}{sys.version_info.minor}"

PROGRAMS = {"cmake": "cmake", "make": "make", "g++": "g++", "protoc": "protobuf-compiler"}
"""Program -> its package on Debian and Ubuntu."""

LIBRARIES = {
    "libprotobuf-dev": ("google/protobuf/message.h", "protobuf"),
    "libboost-python-dev": ("boost/python.hpp", BOOST_PYTHON),
    "libboost-thread-dev": ("boost/thread.hpp", "boost_thread"),
    "libboost-system-dev": ("boost/system/error_code.hpp", "boost_system"),
    "libboost-filesystem-dev": ("boost/filesystem.hpp", "boost_filesystem"),
    "libboost-regex-dev": ("boost/regex.hpp", "boost_regex"),
    "libgoogle-glog-dev": ("glog/logging.h", "glog"),
    "libgflags-dev": ("gflags/gflags.h", "gflags"),
    "libhdf5-dev": ("hdf5.h", "hdf5_serial"),
    "libopenblas-dev": ("cblas.h", "openblas"),
}
"""Package -> one header and one library of it."""


def check_needs() -> None:
    """Raise NetError that names the packages to install where programs, headers or libraries are missing."""
    packages = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    if shutil.which("g++") is None:
        packages += LIBRARIES  # nothing to ask about them with
    else:
        packages += [name for name, (header, library) in LIBRARIES.items() if not _has(header, library)]
    if packages == ["libboost-python-dev"] and _has("boost/python.hpp", "boost_thread"):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise NetError(
            f"Boost.Python is not here for Python {version}: Debian's and Ubuntu's is for the system's own, "
            "so set up .venv with that (make clean, then make PYTHON=/usr/bin/python3 caffe)"
        )
    if packages:
        raise NetError(
            "to build Caffe, install what is missing (Debian, Ubuntu): "
            f"apt-get install --no-install-recommends {' '.join(packages)}"
        )
    if not _has("Python.h", "c"):
        raise NetError(
            "to build Caffe, install Python's headers (Debian, Ubuntu): apt-get install python3-dev"
        )


def headers() -> list[str]:
    """Return the folders where the headers are that the compiler does not find by itself."""
    return [sysconfig.get_paths()["include"], np.get_include(), HDF5_HEADERS]


def _has(header: str, library: str) -> bool:
    """Ask the compiler, which knows where it looks."""
    folders = [f"-I{folder}" for folder in headers()]
    code = f"#if !__has_include(<{header}>)\n#error missing\n#endif\n"
    asked = subprocess.run(
        ["g++", "-E", "-x", "c++", *folders, "-"], input=code, capture_output=True, text=True
    )
    name = f"lib{library}.so"
    found = subprocess.run(["g++", f"-print-file-name={name}"], capture_output=True, text=True)
    return asked.returncode == 0 and found.stdout.strip() != name
