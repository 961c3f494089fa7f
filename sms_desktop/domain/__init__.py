"""What the words mean: values and pure rules of texting over one's own numbers.

Imports the standard library, phonenumbers, regex and puremagic; never Qt, SQL, HTTP or another room of the app.
"""
