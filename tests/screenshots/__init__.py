"""Every pane in every state, light and dark, as pictures made by the program itself: `make screenshots`."""
