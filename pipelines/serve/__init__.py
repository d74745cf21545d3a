"""The local web page on a store: a roster of runners, each runner's weeks, each run.

Two processes: this one answers browsers and reads small files only, the other computes
(`worker`). What may come in is decided in `door`, what is shown is made in `computed` by the
product's own verdicts, and `pages` has one module for each kind of page, with its routes.
"""
