"""What goes over the line to the terminal, and what comes back: the picture, the keys, the clipboard.

``differential`` and what it imports stand alone and serve any program of Textual 8.2: make the app a ``Differential``
instead of an ``App`` and bind a key to its action ``redraw``. From then on

- the terminal gets the cells that changed (``picture`` takes them from the compositor, ``canvas`` finds the difference,
  ``scrolling`` sees what has only moved, ``encoder`` and ``cell_style`` write it in few bytes), and nothing that it
  would obey (``cells``);
- it gets the next frame when it has shown the last (``pace``), and nothing waits for it (``tty``, ``driver``);
- keys are told apart by when they came (``reader``), and the terminal's answers are none (``keyboard``); every mode is
  put back (``modes``).

``TEXTUAL_DRIVER=textual.drivers.linux_driver:LinuxDriver`` in the environment runs such a program without the layer.
What it leans on inside Textual stands in ``toolkit``, with a test for each hook in ``tests/terminal/test_hooks.py``.

``typeahead``, ``clipboard``, ``ascii``, ``bindings`` and ``keymap`` are the program's own.
"""
