"""Presets: what the exports of known systems look like, as mappings that lack only who wore what.

Each is a file of `mappings/` in the language of mappings, with one pod that stands for all and a
table ``[preset]``::

    [preset]
    title = "Movella DOT, CSV of the app"
    layout = ["https://..."]            # where its layout is published
    ends = [".csv"]                     # of the names of its files
    columns = ["PacketCounter"]         # by which it is known, all of them
    says = "regex"                      # by which it is known too, in the lines before its table
    other_names = { "epoch (ms)" = ["epoc (ms)"] }   # of columns, in other versions
    beside = { "Metadata.csv" = "regex" }   # what a file in the same archive must say
    without = "record ..."              # where no file has a name like its file of acceleration
    notes = ["..."]                     # what its reader should know, each time

    [preset.from_lines]                 # from the first lines of a file, or its name
    rate_hz = 'OutputRate:, *([0-9.]+)'
    started = 'StartTime: *,([^ ]+)'
    started_form = "%Y-%m-%d_%H:%M:%S_%f"   # or iso, or s or ms since 1970; "utc %Y..." is in UTC
    started_in = "time.csv"             # the file in the same archive that says it
    one_clock = 'SyncStatus:, *Synced'  # where this stands, all pods share a clock, else none does

    [preset.instead]                    # columns that are there in place of those needed
    FreeAcc_X = "gravity was taken off; record in ..."

In the names of columns `*` stands for anything, such as the name of a pod; `file` and `gyr_file`
of its pod are the patterns that names of files have.
"""
