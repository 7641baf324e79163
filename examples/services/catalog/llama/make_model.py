"""Write a llama model of random weights: `make_model.py FILE.gguf`.

Seeded, so the file is the same on every machine and the server's answers repeat.
Its vocabulary is the 256 bytes and three marks; it says gibberish of printable letters. What is real is the server.
"""

import sys

import gguf
import numpy as np

BYTES, WIDTH, HIDDEN, LAYERS, HEADS, CONTEXT = 256, 64, 128, 2, 4, 4096
MARKS = ["<unk>", "<s>", "</s>"]
UNKNOWN, BEGIN, END = range(len(MARKS))
SPOKEN = b"abcdefghijklmnopqrstuvwxyz ,."
VOCABULARY = len(MARKS) + BYTES
TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"


def describe(writer: gguf.GGUFWriter) -> None:
    writer.add_name("tiny")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(VOCABULARY)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)


def add_vocabulary(writer: gguf.GGUFWriter) -> None:
    kinds = gguf.TokenType
    writer.add_tokenizer_model("llama")
    writer.add_token_list(MARKS + [f"<0x{byte:02X}>" for byte in range(BYTES)])
    writer.add_token_scores([0.0] * VOCABULARY)
    writer.add_token_types([kinds.UNKNOWN, kinds.CONTROL, kinds.CONTROL] + [kinds.BYTE] * BYTES)
    writer.add_unk_token_id(UNKNOWN)
    writer.add_bos_token_id(BEGIN)
    writer.add_eos_token_id(END)
    writer.add_chat_template(TEMPLATE)


def embeddings(source: np.random.Generator) -> np.ndarray:
    """One row a token; the first column is the same in all, for `scores` to lean on."""
    rows = noise(source, VOCABULARY, WIDTH)
    rows[:, 0] = 2
    return rows


def scores(source: np.random.Generator) -> np.ndarray:
    """The last layer: by the first column, every token but letters, the quote and the end mark scores far below."""
    rows = np.zeros((VOCABULARY, WIDTH), np.float32)
    rows[:, 0] = -10
    for byte in SPOKEN:
        rows[len(MARKS) + byte] = 3 * noise(source, WIDTH)
        rows[len(MARKS) + byte, 0] = 0
    # As likely after any letter, so that answers end, and texts within JSON do.
    for token in (END, len(MARKS) + ord('"')):
        rows[token] = 0
        rows[token, 0] = 0.4
    return rows


def noise(source: np.random.Generator, *shape: int) -> np.ndarray:
    return (source.standard_normal(shape) * 0.1).astype(np.float32)


def add_weights(writer: gguf.GGUFWriter) -> None:
    source = np.random.default_rng(20)
    weights = {
        "token_embd": embeddings(source),
        "output_norm": np.ones(WIDTH, np.float32),
        "output": scores(source),
    }
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        weights[f"{block}.attn_norm"] = weights[f"{block}.ffn_norm"] = np.ones(WIDTH, np.float32)
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            weights[f"{block}.{part}"] = noise(source, WIDTH, WIDTH)
        weights[f"{block}.ffn_gate"] = noise(source, HIDDEN, WIDTH)
        weights[f"{block}.ffn_up"] = noise(source, HIDDEN, WIDTH)
        weights[f"{block}.ffn_down"] = noise(source, WIDTH, HIDDEN)
    for name, values in weights.items():
        writer.add_tensor(f"{name}.weight", values)


def main(path: str) -> None:
    writer = gguf.GGUFWriter(path, "llama")
    describe(writer)
    add_vocabulary(writer)
    add_weights(writer)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main(sys.argv[1])
