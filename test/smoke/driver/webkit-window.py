"""WebKitGTK's windows on a profile folder: `webkit-window.py <profile> <downloads> [scripts]`.

Under WebKitWebDriver, whose own test browser forgets its profile. With `scripts` it is driven without WebDriver, which
ends when WebKit's network process does: descriptor 3 takes a JSON text of JavaScript a line, the body of an async
function, and answers each with what that yields. The page cache is on, as in Safari. What pages write
to the console is printed at once.
"""

import json
import os
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import GLib, Gtk, WebKit2  # noqa: E402

profile, downloads = sys.argv[1:3]
by_scripts = sys.argv[3:] == ["scripts"]
version = (WebKit2.get_major_version(), WebKit2.get_minor_version(), WebKit2.get_micro_version())


def open_view(*_):
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=not by_scripts)
    view.get_settings().set_enable_page_cache(True)
    view.get_settings().set_enable_write_console_messages_to_stdout(True)
    window = Gtk.Window(default_width=1280, default_height=900)
    window.add(view)
    window.show_all()
    view.connect("close", lambda _: window.destroy())
    return view


def start_session(_, session):
    info = WebKit2.ApplicationInfo()
    info.set_name("WebKitGTK")
    info.set_version(*version)
    session.set_application_info(info)
    session.connect("create-web-view", open_view)


def save(_, download):
    def decide(_, name):
        download.set_destination(f"file://{downloads}/{name}")
        return True

    download.connect("decide-destination", decide)


def take_scripts(view):
    lines = os.fdopen(3, "r", closefd=False)

    def answer(result):
        os.write(3, (json.dumps(result) + "\n").encode())

    def done(_, result):
        try:
            answer({"value": json.loads(view.call_async_javascript_function_finish(result).to_json(0))})
        except GLib.Error as error:
            answer({"error": error.message})

    def take(*_):
        line = lines.readline()
        if line == "":
            Gtk.main_quit()
            return False
        view.call_async_javascript_function(json.loads(line), -1, None, None, None, None, done)
        return True

    GLib.io_add_watch(3, GLib.PRIORITY_DEFAULT, GLib.IO_IN | GLib.IO_HUP, take)
    answer({"value": ".".join(map(str, version))})


manager = WebKit2.WebsiteDataManager(base_data_directory=f"{profile}/data", base_cache_directory=f"{profile}/cache")
context = WebKit2.WebContext(website_data_manager=manager)
context.set_preferred_languages(["en-GB"])
context.set_automation_allowed(not by_scripts)
context.connect("automation-started", start_session)
context.connect("download-started", save)
if by_scripts:
    take_scripts(open_view())
Gtk.main()
