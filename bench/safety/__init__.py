"""The text judgement against sets of prompts whose answer is known (`python -m bench.safety`)."""
