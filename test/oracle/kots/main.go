// Renders templates as the app manager does, for the golden file that `node test/oracle/kots/make.mjs` writes.
//
// KOTS's own packages cannot be imported: pkg/template comes with a Kubernetes client, a registry client and the
// admin console. So this is what pkg/template was read to do (static_context.go, config_context.go, depgraph.go,
// license_context.go, version_context.go, kurl_context.go, builder.go), over the libraries that it calls itself: Go's
// text/template and strconv, Sprig, go-units, yaml.v3 and distribution/reference. KOTS's unit tests are among the
// cases (vectors.ts), with what they expect.
//
// Reads {"contexts": {name: context}, "cases": [{"context", "text"}]} and writes a list of {"out", "err"} in order.
package main

import (
	"encoding/json"
	"errors"
	"log"
	"os"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

type testCase struct {
	Context string `json:"context"`
	Text    string `json:"text"`
}

type result struct {
	Out string `json:"out"`
	Err string `json:"err,omitempty"`
}

func main() {
	var input struct {
		Contexts map[string]installation `json:"contexts"`
		Cases    []testCase              `json:"cases"`
	}
	if err := json.NewDecoder(os.Stdin).Decode(&input); err != nil {
		log.Fatal(err)
	}
	type prepared struct {
		functions template.FuncMap
		err       error
	}
	contexts := map[string]prepared{}
	for name, one := range input.Contexts {
		functions, err := one.functions()
		contexts[name] = prepared{functions, err}
	}
	results := []result{}
	for _, one := range input.Cases {
		context, ok := contexts[one.Context]
		if !ok {
			log.Fatalf("no such context: %s", one.Context)
		}
		if context.err != nil {
			results = append(results, result{Err: context.err.Error()})
			continue
		}
		out, err := render(one.Text, context.functions)
		if err != nil {
			results = append(results, result{Err: err.Error()})
		} else {
			results = append(results, result{Out: out})
		}
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(results); err != nil {
		log.Fatal(err)
	}
}

// render makes the two passes of builder.go.
func render(text string, functions template.FuncMap) (string, error) {
	for _, left := range []string{"{{repl", "repl{{"} {
		parsed, err := template.New("t").Delims(left, "}}").Funcs(functions).Parse(text)
		if err != nil {
			return "", err
		}
		var out strings.Builder
		if err := parsed.Execute(&out, nil); err != nil {
			return "", err
		}
		text = out.String()
	}
	return text, nil
}

// functions are those of all contexts. A Config that cannot be ordered makes every file fail.
func (i installation) functions() (template.FuncMap, error) {
	functions := sprig.TxtFuncMap()
	for _, more := range []template.FuncMap{static(i.Namespace), i.licence(), kurl(), i.version()} {
		for name, function := range more {
			functions[name] = function
		}
	}
	options := &options{values: map[string]option{}}
	for name, function := range i.config(options) {
		functions[name] = function
	}
	if err := i.resolve(options, functions); err != nil {
		return nil, errors.New("create config context: " + err.Error())
	}
	return functions, nil
}

// kurl is what kurl_context.go gives in a cluster that kURL did not make.
func kurl() template.FuncMap {
	return template.FuncMap{
		"KurlString": func(string) string { return "" },
		"KurlOption": func(string) string { return "" },
		"KurlInt":    func(string) int { return 0 },
		"KurlBool":   func(string) bool { return false },
		"KurlAll":    func() string { return "" },
	}
}
