"""One file a format: each has `FORMAT` and `render(report, style)`, a pure function from report to text."""
