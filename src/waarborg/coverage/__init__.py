"""Coverage: proofs about an agreement file, with answers a minister can read.

The public verb is `waarborg.coverage.prove.prove`.
"""
