"""The Jupyter project's own tests of kernels. They skip tests for which no sample is given."""

import jupyter_kernel_test


class TestSwiftletKernel(jupyter_kernel_test.KernelTests):
    kernel_name = "swiftlet"
    language_name = "swift"
    file_extension = ".swift"
    code_hello_world = 'print("hello, world")'
    code_stderr = 'import Foundation\nFileHandle.standardError.write(Data("oops\\n".utf8))'
    completion_samples = [{"text": "[1, 2].isEm", "matches": ["isEmpty"]}, {"text": "%tim", "matches": ["%time", "%timeit"]}]
    complete_code_samples = ["let x = 1", "print(1)", "struct A {}"]
    incomplete_code_samples = ["func f() {", "let a = [1,"]
    invalid_code_samples = ["}"]
    code_inspect_sample = "print"
    code_page_something = "%help"
    code_generate_error = "let a: Int = \"no\""
    code_execute_result = [{"code": "1 + 2", "result": "3"}]
    code_history_pattern = "1 ? 2*"
    supported_history_operations = ("tail", "range", "search")
    code_display_data = [{"code": "import Swiftlet\ndisplay(Chart { Line([3.0, 2.0], \"loss\") })", "mime": "image/png"}]
    code_clear_output = "import Notebook\nclearOutput()"

    def test_completion(self):
        """On a machine at work the first completion after a cell may take longer than the kernel lets a student wait."""
        for _ in range(30):
            if self.kc.complete("[1].isEm", reply=True, timeout=60)["content"]["matches"]:
                break
        super().test_completion()


class TestWelcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "swiftlet"
    support_iopub_welcome = True


del jupyter_kernel_test.KernelTests, jupyter_kernel_test.IopubWelcomeTests
