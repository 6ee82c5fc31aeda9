"""A file to be dragged out of another program: argument one. It goes by X's own drag and drop, as from a file manager."""

import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gio, GLib, Gtk  # noqa: E402

SIZE_PX = 60

window = Gtk.Window(title="Drag source", type=Gtk.WindowType.POPUP)
window.set_default_size(SIZE_PX, SIZE_PX)
window.move(0, 0)
handle = Gtk.EventBox()
handle.add(Gtk.Label(label="file"))
handle.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
handle.drag_source_add_uri_targets()
uri = Gio.File.new_for_path(sys.argv[1]).get_uri()
handle.connect("drag-data-get", lambda _handle, _context, data, _info, _time: data.set_uris([uri]))
handle.connect("drag-end", lambda *_: Gtk.main_quit())
window.add(handle)
window.show_all()
# Seen before the first press, or the press goes to what is below.
GLib.idle_add(lambda: print("ready", flush=True))
Gtk.main()
