# Shortcuts to scripts/, where the work is done: make demo, make test, make help …
.PHONY: help setup build test check bench demo soak

help:
	@for script in setup build test check bench demo soak; do scripts/$$script --help; done

setup build test check bench demo soak:
	@scripts/$@ $(ARGS)
