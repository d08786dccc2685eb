// Renders every YAML file below a folder as KOTS would, with stubs for what only an installation knows, reads the
// result with a Go YAML library and prints what every scalar is and where, as digests:
//
//	go run ./corpus FOLDER > ../fixtures/manifest/corpus.json
//
// With -values it prints paths and values themselves, for people who look into a difference.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"gopkg.in/yaml.v3"
)

type file struct {
	// Digest of the file as read, so that a reader knows whether this is about the file it has.
	Source string `json:"source"`
	// Why the rendered text could not be read; then there are no documents.
	Error string `json:"error,omitempty"`
	// Per document that is not empty: one word per scalar value, sorted.
	Documents []string `json:"documents,omitempty"`
}

type report struct {
	Go    string          `json:"go"`
	Files map[string]file `json:"files"`
}

func main() {
	values := flag.Bool("values", false, "print paths and values in place of digests")
	flag.Parse()
	if flag.NArg() != 1 {
		log.Fatal("usage: corpus [-values] FOLDER")
	}
	root := flag.Arg(0)
	out := report{Go: runtime.Version(), Files: map[string]file{}}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if ext := filepath.Ext(path); ext != ".yaml" && ext != ".yml" {
			return nil
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		out.Files[filepath.ToSlash(name)] = read(string(text), *values)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(out); err != nil {
		log.Fatal(err)
	}
}

func read(text string, values bool) file {
	out := file{Source: digest(text)}
	rendered, err := render(text)
	if err != nil {
		out.Error = err.Error()
		return out
	}
	decoder := yaml.NewDecoder(strings.NewReader(rendered))
	for {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			return file{Source: out.Source, Error: err.Error()}
		}
		if len(document.Content) == 0 || document.Content[0].Tag == "!!null" {
			continue
		}
		scalars := []string{}
		walk(document.Content[0], "", func(path, value string) {
			if values {
				scalars = append(scalars, strings.ReplaceAll(path, separator, "/")+" = "+value)
			} else {
				scalars = append(scalars, digest(path+separator+separator+value))
			}
		})
		sort.Strings(scalars)
		out.Documents = append(out.Documents, strings.Join(scalars, map[bool]string{false: " ", true: "\n"}[values]))
	}
}

// The two passes of KOTS (pkg/template/builder.go): a file is rendered with one delimiter, and its output with the other.
func render(text string) (string, error) {
	for _, left := range []string{"{{repl", "repl{{"} {
		parsed, err := template.New("file").Delims(left, "}}").Funcs(sprig.TxtFuncMap()).Funcs(stubs).Parse(text)
		if err != nil {
			return "", err
		}
		var out bytes.Buffer
		if err := parsed.Execute(&out, nil); err != nil {
			return "", err
		}
		text = out.String()
	}
	return text, nil
}

func text(value string) func(...any) string { return func(...any) string { return value } }
func yes(...any) bool                       { return true }
func no(...any) bool                        { return false }

// Every condition of a release holds with these, so that what stands in an if is there and what stands in an else is not.
var stubs = template.FuncMap{
	"ConfigOption":           text("stub-option"),
	"ConfigOptionData":       text("stub-data"),
	"ConfigOptionEquals":     yes,
	"ConfigOptionNotEquals":  yes,
	"LicenseFieldValue":      text("stub-field"),
	"LicenseDockerCfg":       text("c3R1Yg=="),
	"HasLocalRegistry":       yes,
	"LocalRegistryHost":      text("registry.example.com"),
	"LocalRegistryNamespace": text("stub-namespace"),
	"LocalImageName":         text("registry.example.com/stub:1"),
	"ImagePullSecretName":    text("stub-secret"),
	"Namespace":              text("stub"),
	"RandomString":           text("random"),
	"Distribution":           text("stub-distribution"),
	"IsKurl":                 no,
	"ParseBool":              yes,
	"ParseInt":               func(...any) int { return 1 },
	"Base64Encode":           text("c3R1Yg=="),
	"PrivateCACert":          text("stub-ca"),
	"VersionLabel":           text("stub-version"),
	"ChannelName":            text("stub-channel"),
	"Cursor":                 text("1"),
}

// Stands in front of every key and index of a path, and twice in front of the value.
const separator = "\x1f"

// Calls visit with the place and the decoded text of every scalar value. Aliases are left alone.
func walk(node *yaml.Node, path string, visit func(path, value string)) {
	switch node.Kind {
	case yaml.ScalarNode:
		visit(path, node.Value)
	case yaml.SequenceNode:
		for i, item := range node.Content {
			walk(item, fmt.Sprintf("%s%s%d", path, separator, i), visit)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			walk(node.Content[i+1], path+separator+node.Content[i].Value, visit)
		}
	}
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:6])
}
