"""Caffe's file formats: prototxt text and caffemodel bytes -> a NetSpec and arrays. No torch."""

from dreamstream.caffe.files import read_net, write_caffemodel
from dreamstream.caffe.spec import LayerSpec, NetSpec

__all__ = ["LayerSpec", "NetSpec", "read_net", "write_caffemodel"]
