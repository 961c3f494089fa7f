"""Whether one person may be texted and how that is known: what is known, entering more, and saving it as evidence.

May not import: other panes. The preferences use its printing.
"""
