"""Whether one person may be texted and how that is known: what is known, entering more, and saving it as evidence.

May not import: other panes, but for the parts of which the pages of the preferences are made. These use its printing.
"""
