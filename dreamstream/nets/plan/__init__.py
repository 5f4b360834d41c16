"""The compiled plan: a net cut at some layers, laid out for one picture size, its gradient written out.

    NetSpec -> lowering (fold, fuse, one value a name) -> nodes (op, bottoms, tops) -> Plan

`TorchNet` runs plans by default; its plain autograd path is the reference that they are held to.
"""

from dreamstream.nets.plan.lowering import lower
from dreamstream.nets.plan.plan import Plan
from dreamstream.nets.plan.plans import Plans

__all__ = ["Plan", "Plans", "lower"]
