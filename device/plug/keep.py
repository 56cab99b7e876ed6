"Stores what a form has given, and tells every part. A step of plug/web.py."
# ota: -O3


def step(house, name, sections):
    for section, values in sections:
        from plug.settings import save

        save(section, values)
        house.changed(section)
    return "303 See Other", "text/plain\r\nLocation: /%s?saved" % name.replace("menu", ""), ()
