"""The loop: it decides when a pass is made, and keeps what is known between passes."""
