"""Caffe's file formats: prototxt text and caffemodel bytes -> a NetSpec and arrays. No torch."""

from dreamstream.caffe.files import net_text, parse_net, read_content, read_net, write_caffemodel
from dreamstream.caffe.mean import read_mean
from dreamstream.caffe.random_weights import he_weights
from dreamstream.caffe.rules import RULES
from dreamstream.caffe.shapes import channel_counts, infer_shapes, multiply_adds, reached
from dreamstream.caffe.sliding import cut, joining, slid
from dreamstream.caffe.spec import LayerSpec, NetSpec

__all__ = [
    "RULES",
    "LayerSpec",
    "NetSpec",
    "channel_counts",
    "cut",
    "he_weights",
    "infer_shapes",
    "joining",
    "multiply_adds",
    "net_text",
    "parse_net",
    "reached",
    "read_content",
    "read_mean",
    "read_net",
    "slid",
    "write_caffemodel",
]
