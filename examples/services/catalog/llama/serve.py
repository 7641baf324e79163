"""Serve a model with llama.cpp's HTTP server until a signal ends it: `serve.py FILE.gguf PORT`."""

import signal
import sys

import xllamacpp


def parameters(model: str, port: int) -> xllamacpp.CommonParams:
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.model_alias = {"tiny"}
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.n_ctx = 4096
    # A model that knows nothing seldom ends by itself: without max_tokens it stops here.
    params.n_predict = 64
    # One slot, one thread, one seed: the same question gets the same answer.
    params.n_parallel = 1
    params.cpuparams.n_threads = 1
    params.sampling.seed = 1
    # Whatever was asked before, the same counts and the same text.
    params.cache_prompt = False
    params.endpoint_metrics = True
    params.use_jinja = True
    params.warmup = False
    params.ui = False
    return params


def main(model: str, port: int) -> None:
    server = xllamacpp.Server(parameters(model, port))
    print(f"serving {model} at {server.listening_address}", flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main(sys.argv[1], int(sys.argv[2]))
