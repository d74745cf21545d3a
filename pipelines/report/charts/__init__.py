"""The figures of a report: SVG charts, what they show in words, the numbers behind them."""
