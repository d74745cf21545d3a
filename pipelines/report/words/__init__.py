"""The words of the page: headings, captions, fixed sentences. Who translates it starts here.

Sentences with the numbers of a run in them are put together in `verdict`, `notes` and `parts`, from
the words here where the same words serve several.
"""
