"""Write a stored session in formats that other programs read: one module per format.

`pipelines.export.kinds` lists them; the command's choices come from there. What a format is given
are plain records and arrays (`pipelines.export.run`, `pipelines.export.per_second`), so that no
writer knows of Parquet. Every export says in words what its signs mean (`pipelines.export.signs`).
"""
