"""What happened: reports of one event fused into an incident, with competing accounts kept.

Takes reports and the evidence on who held the ground; gives incidents with a score and reasons for
each report in them. Keeps law 1 (order and duplication change nothing). Must not know any agreement:
what happened is settled without knowing who would be in breach.
"""
