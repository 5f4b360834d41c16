"""The compiled plan: a net cut at some layers, laid out for one picture size, its gradient written out.

    NetSpec -> lowering (fold, fuse, one value a name) -> nodes (op, bottoms, tops) -> Plan

`TorchNet` runs plans by default; its plain autograd path is the reference that they are held to.
"""
