"""Runs moto's server on a port until standard input closes, so that it never outlives the test that started it."""

import os
import sys
import threading

from moto.server import main


def end_with_the_test() -> None:
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_the_test, daemon=True).start()
main(["-H", "127.0.0.1", "-p", sys.argv[1]])
