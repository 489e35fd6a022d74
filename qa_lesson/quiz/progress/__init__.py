"""What a learner has answered and mastered: the store on disk, the dashboard, and the placement and mastery reports.

It may import `bank` and `pages`.
"""
