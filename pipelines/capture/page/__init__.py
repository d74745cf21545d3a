"""What a page of `midstance serve` shows of a recording while it lasts; gone at the end."""
