"""The text as data: a ceasefire or a guarantee, readable by a diplomat, a machine and a prover.

Takes the text of an agreement file and of its zones; gives a checked agreement or every problem in
it. One typed condition tree, read by several engines. Opens no file.
"""
