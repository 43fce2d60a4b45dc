// Of a paper that is chosen, SHA-256 and size go into the form: the file itself stays where it is.

const MOST = 32 * 1024 * 1024; // what the form takes; a longer one is not read, and its size tells why

function fill(chooser) {
  return async () => {
    const [file] = chooser.files;
    if (!file) return;
    const [digest, size] = [chooser.dataset.digest, chooser.dataset.size].map((id) => document.getElementById(id));
    size.value = file.size;
    digest.value = "";
    if (file.size > MOST) return;
    const octets = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    digest.value = Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
  };
}

for (const chooser of document.querySelectorAll("[data-digest]")) chooser.addEventListener("change", fill(chooser));
