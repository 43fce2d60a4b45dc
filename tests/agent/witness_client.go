// A log in Go, of Go's own note and tree code, that asks a witness to cosign it as the standard says.
//
//	witness_client key ORIGIN          prints the signing key, then the vkey
//	witness_client ask URL WITNESS_VKEY  (the signing key on standard input)
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type hashes []tlog.Hash

func (h hashes) ReadHashes(at []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(at))
	for i, n := range at {
		found[i] = h[n]
	}
	return found, nil
}

// cosigner verifies cosignature/v1 lines under note.Open.
type cosigner struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.id }
func (c cosigner) Verify(text, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), text)
	return ed25519.Verify(c.key, []byte(signed), sig[8:])
}

func parse(vkey string) (cosigner, error) {
	parts := strings.SplitN(vkey, "+", 3)
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) != 33 || raw[0] != 4 {
		return cosigner{}, errors.New("no cosigner's vkey")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), raw...))
	return cosigner{parts[0], binary.BigEndian.Uint32(sum[:]), raw[1:]}, nil
}

func checkpoint(signer note.Signer, tree hashes, size int64) []byte {
	root, err := tlog.TreeHash(size, tree)
	must(err)
	text := fmt.Sprintf("%s\n%d\n%s\n", signer.Name(), size, root)
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	must(err)
	return signed
}

func request(signer note.Signer, tree hashes, old, size int64) ([]byte, []byte) {
	var body bytes.Buffer
	fmt.Fprintf(&body, "old %d\n", old)
	if old > 0 {
		proof, err := tlog.ProveTree(size, old, tree)
		must(err)
		for _, h := range proof {
			fmt.Fprintf(&body, "%s\n", h)
		}
	}
	head := checkpoint(signer, tree, size)
	body.WriteString("\n")
	body.Write(head)
	return body.Bytes(), head
}

func ask(url string, witness cosigner, signer note.Signer) {
	var tree hashes
	for n := int64(0); n < 300; n++ {
		more, err := tlog.StoredHashes(n, []byte(fmt.Sprint(n)), tree)
		must(err)
		tree = append(tree, more...)
	}
	old := int64(0)
	for _, size := range []int64{1, 2, 5, 64, 255, 256, 257, 300, 300} {
		body, head := request(signer, tree, old, size)
		answer, err := http.Post(url+"/add-checkpoint", "text/plain", bytes.NewReader(body))
		must(err)
		lines, err := io.ReadAll(answer.Body)
		must(err)
		answer.Body.Close()
		if answer.StatusCode != 200 {
			must(fmt.Errorf("%d to %d: status %d", old, size, answer.StatusCode))
		}
		opened, err := note.Open(append(head, lines...), note.VerifierList(witness))
		must(err)
		if len(opened.Sigs) != 1 {
			must(errors.New("no cosignature of the witness"))
		}
		old = size
	}
	body, _ := request(signer, tree, 0, 300)
	answer, err := http.Post(url+"/add-checkpoint", "text/plain", bytes.NewReader(body))
	must(err)
	said, err := io.ReadAll(answer.Body)
	must(err)
	fmt.Printf("%d %s %s", answer.StatusCode, answer.Header.Get("Content-Type"), said)
}

func main() {
	switch os.Args[1] {
	case "key":
		skey, vkey, err := note.GenerateKey(rand.Reader, os.Args[2])
		must(err)
		fmt.Printf("%s\n%s\n", skey, vkey)
	case "ask":
		skey, err := io.ReadAll(os.Stdin)
		must(err)
		signer, err := note.NewSigner(strings.TrimSpace(string(skey)))
		must(err)
		witness, err := parse(os.Args[3])
		must(err)
		ask(os.Args[2], witness, signer)
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
