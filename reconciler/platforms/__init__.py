"""Where connections and bindings live once applied: one file a driver, named by the word in `platform.driver`."""
